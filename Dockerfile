# Two images: the last target, which is built without --target, holds the static binary and CA certificates; debug has a shell besides, for
# the script: of a GitLab job. The base images are arguments, so that it builds where only local images exist.
ARG GO_IMAGE=golang:1.26-bookworm
ARG SHELL_IMAGE=busybox:1.37

FROM ${GO_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /out/usr/local/bin/hallmark . && \
    mkdir -p /out/etc/ssl/certs && cp /etc/ssl/certs/ca-certificates.crt /out/etc/ssl/certs/ && \
    mkdir -m 1777 /out/tmp

FROM ${SHELL_IMAGE} AS debug
COPY --from=build /out/ /
ENTRYPOINT ["hallmark"]

# The user is root: the socket of a daemon is root's, and so is the work tree in most CI systems. --user takes another.
# Time zones are in the binary.
FROM scratch
ENV PATH=/usr/local/bin
COPY --from=build /out/ /
ENTRYPOINT ["hallmark"]
