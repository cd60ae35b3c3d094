"""What is read over HTTP: the record, verdicts, lists, reports, and what the provider published."""

from fastapi import APIRouter

from services.api.reading import contracts, events, histories, incidents, publications, reports, verdicts

__all__ = ["router"]

router = APIRouter()
for _part in (incidents, histories, verdicts, events, contracts, reports, publications):
    router.include_router(_part.router)
