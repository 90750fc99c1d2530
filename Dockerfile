# Tổng Hợp in a container.
#
#   docker build -t tonghop .
#   docker run --rm -v "$PWD/cong-viec:/workspace" tonghop init /workspace --request cao-loc-2024-q1
#   docker run --rm -v "$PWD/cong-viec:/workspace" tonghop ingest /workspace/inbox
#
# The system packages and the pinned libraries come from the same functions that ./run uses.
FROM python:3.12-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 LANG=C.UTF-8
WORKDIR /app

# Programs first: they change least, so that this layer is kept when only the source has changed.
COPY scripts/setup.sh scripts/setup.sh
RUN bash -c 'set -euo pipefail; root=/app; source scripts/setup.sh; ensure_programs' \
    && rm -rf /var/lib/apt/lists/*

COPY . .
RUN bash -c 'set -euo pipefail; root=/app; source scripts/setup.sh; ensure_venv requirements.lock'

# Documents of an office are not read as root. Whoever mounts a folder owned by another user says so:
#   docker run --user "$(id -u):$(id -g)" …
RUN useradd --create-home --uid 1000 tonghop && install -d -o tonghop -g tonghop /workspace
USER tonghop
ENV PATH="/app/.venv/bin:${PATH}" TONGHOP_WORKSPACE=/workspace
VOLUME /workspace
ENTRYPOINT ["tonghop"]
CMD ["--help"]
