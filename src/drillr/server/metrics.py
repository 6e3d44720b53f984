"""What Prometheus may read: requests, their time, retries, and what the cache did."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """One registry an application, so that two of them in a process don't mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "drillr_requests", "Requests answered.", ["method", "route", "status"],
            registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "drillr_request_seconds", "Time until a request was answered.", ["method", "route"],
            buckets=_BUCKETS, registry=self.registry,
        )  # fmt: skip
        self._retries = Counter(
            "drillr_transaction_retries", "Transactions run again after a conflict.",
            registry=self.registry,
        )  # fmt: skip
        self._cache = Counter(
            "drillr_cache", "Look-ups in the cache by what they found.", ["layer", "result"],
            registry=self.registry,
        )  # fmt: skip

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def retry(self) -> None:
        """Count a transaction that is run again."""
        self._retries.inc()

    def cache(self, layer: str, result: str) -> None:
        """Count a look-up: layer process or redis; result hit, miss or error."""
        self._cache.labels(layer, result).inc()

    def text(self) -> bytes:
        """All of it in Prometheus's text format."""
        return generate_latest(self.registry)
