"""`python -m drillr`."""

from drillr.cli.main import main

if __name__ == "__main__":
    main()
