"""Which version of the product this is."""

from importlib.metadata import PackageNotFoundError, version

__all__ = ["DISTRIBUTION", "product_version"]

DISTRIBUTION = "sla-ledger"


def product_version() -> str:
    """The version of the installed distribution; a checkout that nobody installed has none."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return "0+checkout"
