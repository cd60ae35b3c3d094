# The command line in an image: built from the locks, run without root; what it keeps lies in the volume /data.
FROM python:3.11.14-slim-bookworm AS build
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
RUN python -m venv /build && /build/bin/pip install --no-cache-dir --require-hashes --requirement requirements-build.lock
RUN python -m venv /app && /app/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY ledger ./ledger
COPY projections ./projections
COPY schemas ./schemas
COPY services ./services
RUN /build/bin/pip wheel --no-index --no-deps --no-build-isolation --wheel-dir /build/dist .
RUN /app/bin/pip install --no-cache-dir --no-index --no-deps /build/dist/*.whl && /app/bin/pip uninstall --yes pip setuptools

FROM python:3.11.14-slim-bookworm
COPY --from=build /app /app
# The volume takes its owner from this folder when it is first mounted.
RUN install --directory --owner=10001 --group=10001 --mode=0700 /data
USER 10001:10001
WORKDIR /data
ENV PATH=/app/bin:/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
ENTRYPOINT ["sla-ledger"]
CMD ["--help"]
