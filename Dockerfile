# Bartizan with the versions of the lock; results go to a folder that is mounted:
#   docker run --rm --volume "$PWD/results:/results" bartizan run moscow-2023 --out /results/moscow
FROM python:3.13-slim-bookworm

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /opt/bartizan
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN pip install --require-hashes --requirement requirements.lock
COPY src src
RUN pip install --no-deps . && useradd --create-home user && mkdir /results && chown user /results
USER user
WORKDIR /results
# Kernels are compiled now, not at the first start.
RUN bartizan run power-station --worlds 1 --raids 1 --out /tmp/warm && rm -rf /tmp/warm
ENTRYPOINT ["bartizan"]
CMD ["--help"]
