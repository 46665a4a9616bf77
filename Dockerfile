# Build: docker build -t ascolto .      Run: docker run -p 8080:8080 -v ascolto:/data ascolto
FROM python:3.13-slim AS build
WORKDIR /src
COPY . .
RUN pip install --no-cache-dir --prefix=/install .

FROM python:3.13-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 ascolto \
    && install -d -o ascolto -g ascolto /data
COPY --from=build /install /usr/local
# An import must never find a folder of the working directory before an installed package.
ENV PYTHONSAFEPATH=1 PYTHONUNBUFFERED=1
USER ascolto
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s CMD \
    ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/health/live', timeout=4)"]
ENTRYPOINT ["ascolto"]
# Put an ascolto.yaml into the volume first: docker run … ascolto init
CMD ["serve", "--host", "0.0.0.0"]
