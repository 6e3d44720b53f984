"""`/docs`: the API's description as a page that asks no other host for anything."""

from importlib.resources import files

from fastapi import APIRouter, Response

router = APIRouter(include_in_schema=False)
_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript"}
_POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def _file(name: str) -> Response:
    text = files("drillr.server").joinpath("static", name).read_bytes()
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "public, max-age=3600"}
    kind = _TYPES[name.rsplit(".", 1)[1]]
    return Response(text, media_type=f"{kind}; charset=utf-8", headers=headers)


@router.get("/docs")
async def page() -> Response:
    """The page."""
    return _file("docs.html")


@router.get("/docs/docs.css")
async def style() -> Response:
    """Its style."""
    return _file("docs.css")


@router.get("/docs/docs.js")
async def script() -> Response:
    """Its script."""
    return _file("docs.js")
