"""HTTP glue of the management plane: Granian (RSGI) → `rsgi` → a Robyn app → our routes.

How a domain adds an endpoint (three files of the domain, none here):

    # keys/schemas.py: pydantic models: KeyFilter (query), KeyCreate (body), KeyOut (answer)
    # keys/routes.py
    def routes(service: KeyService) -> list[Route]:
        async def list_keys(context: Context[PageQuery, None]) -> Answer:
            page = context.query.page()
            keys, total = await service.list_keys(context.uow, context.caller, page)
            return paged(page, total, keys)

        return [
            Route(method="GET", path="/api/token/", permission=Permission.USER, handler=list_keys,
                  query=PageQuery, answer=Paged[KeyOut], tags=("token",), summary="List own keys"),
        ]

`router.build_app(routes, …)` registers all rows on Robyn; `openapi.document` describes them.
The order for each request, in `endpoint.py`: rate limit → caller (a reading unit of work) → query
and body models → handler in the route's unit of work (`writes`) → commit → publish → answer.
Handlers raise `weirgate.errors`; `problem.py` alone turns these into bodies.
"""
