# Nothing but the static binary. `scripts/image.sh` lays out the directory that this is built in.
FROM scratch
ARG TARGETARCH
COPY ${TARGETARCH}/tfvpc /tfvpc
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["/tfvpc"]
CMD ["check"]
