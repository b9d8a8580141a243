# The server in a container: slim, not root, its model converted at build time.
FROM python:3.11.13-slim-bookworm AS build
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY rag rag
COPY ingest ingest
COPY api api
COPY eval eval
RUN pip install --no-cache-dir -c constraints.txt .
RUN SCHOLIUM_CACHE=/models python -P -c "from pathlib import Path; from rag.embed.minilm import MiniLM; from rag.minilm.reader import MiniLMReader; MiniLM(Path('/models')); MiniLMReader(Path('/models'))"

FROM python:3.11.13-slim-bookworm
RUN useradd --create-home --uid 10001 scholium && install -d -o scholium /library
COPY --from=build /venv /venv
COPY --from=build --chown=scholium /models /models
USER scholium
ENV PATH=/venv/bin:$PATH SCHOLIUM_CACHE=/models SCHOLIUM_LIBRARY=/library SCHOLIUM_SERVE__LOG=json
VOLUME /library /models
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/v1/health', timeout=4)"]
ENTRYPOINT ["scholium"]
CMD ["serve", "--host", "0.0.0.0"]
