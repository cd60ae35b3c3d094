"""The application: its routes, and what every answer has in common."""

from importlib import import_module
from importlib.util import find_spec
from typing import Final

from fastapi import APIRouter, FastAPI

from services.api.state import Api

__all__ = ["create_app", "routers"]

_PARTS: Final = ("writing", "reading", "feed", "operations", "problem_pages")


def routers() -> tuple[APIRouter, ...]:
    """The routes of each part."""
    names = [f"services.api.{part}" for part in _PARTS if find_spec(f"services.api.{part}") is not None]
    return tuple(import_module(name).router for name in names)


def create_app(api: Api) -> FastAPI:
    """The application that serves these parts."""
    app = FastAPI(title="sla-ledger", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.api = api
    for router in routers():
        app.include_router(router)
    return app
