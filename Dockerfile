# The gateway with its agents. The stages with Java and with the agents are independent, so that a change of the source
# does not reinstall the agents. Each step comes after those that change less often.
#
#   docker compose build                      compose.yml has the rest
#   docker build --build-arg WITH=codex .     Codex too, as agents/install codex does
#
# The base images can be pinned without a change here:
#
#   docker build --build-context debian:trixie-slim=docker-image://debian@sha256:… .

# --- the server, and a minimal Java ---

FROM maven:3-eclipse-temurin-25 AS server
# The modules that jdeps names for the jar (checked below), and those that libraries use by reflection. The base image may
# contain additional certificates, which jlink would treat as damage without this option. Of java.desktop, libraries use
# beans alone: its native code for screens, fonts, pictures and sound is left out.
RUN jlink --ignore-modified-runtime --no-header-files --no-man-pages --compress=zip-6 --generate-cds-archive \
      --add-modules java.base,java.desktop,java.instrument,java.management,java.naming,java.net.http,java.rmi,java.security.jgss,java.sql,jdk.httpserver,jdk.jfr,jdk.management,jdk.unsupported \
      --output /jre \
 && cd /jre/lib && rm server/classes_nocoops.jsa \
 && rm -f libawt*.so libfontmanager.so libfreetype.so libjavajpeg.so libjsound.so liblcms.so libmlib_image.so libsplashscreen.so
WORKDIR /src
COPY .mvn .mvn/
COPY pom.xml LICENSE ./
COPY clawdforge-core clawdforge-core/
COPY clawdforge-model-proxy clawdforge-model-proxy/
COPY clawdforge-acpx-adapter clawdforge-acpx-adapter/
COPY clawdforge-sqlite-adapter clawdforge-sqlite-adapter/
COPY clawdforge-client clawdforge-client/
COPY clawdforge-client-testing clawdforge-client-testing/
COPY clawdforge-http clawdforge-http/
# The versions that the server was tested with.
COPY agents/package.json agents/
COPY agents/codex/package.json agents/codex/
# The database's library for this platform only, outside of the jar: otherwise it would be unpacked at each start. The list
# of what the jar consists of lies beside it too, where scanners find it.
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -ntp package -DskipTests -Dspotless.check.skip -Dmaven.source.skip -Dmaven.javadoc.skip -pl clawdforge-http -am \
 && mkdir -p /opt/clawdforge/lib /jar && cd /jar && jar --extract --file /src/clawdforge-http/target/clawdforge.jar \
 && mv "org/sqlite/native/Linux/$(uname -m)/libsqlitejdbc.so" /opt/clawdforge/lib/ && rm -r org/sqlite/native \
 && cp META-INF/sbom/clawdforge.cdx.json /opt/clawdforge/ \
 && jar --create --file /opt/clawdforge/clawdforge.jar --manifest META-INF/MANIFEST.MF . \
 && for module in $(jdeps --multi-release 25 --ignore-missing-deps --print-module-deps /opt/clawdforge/clawdforge.jar | tr , ' '); do \
      /jre/bin/java --list-modules | grep -q "^$module@" || { echo "the jar needs $module: add it to jlink's modules" >&2; exit 1; }; \
    done

# --- the agents ---

FROM node:24-trixie-slim AS agents
# To strip symbols that only debugging Node itself needs.
RUN apt-get update && apt-get install -y --no-install-recommends binutils && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/clawdforge/agents
COPY agents/ ./
ARG WITH=
# Keeps one copy of claude: the adapter's package contains an older one that sessions do not use
# (CLAUDE_CODE_EXECUTABLE), and npm leaves a second link to ours, as to Node. The libraries in bare-* are for a
# JavaScript engine of that name. What the lock file marks as a peer is for parts of Claude's SDK that the adapter does
# not load, and esbuild is for acpx's flows in TypeScript, which the gateway does not use. The programs are started again
# at the end: each loads all modules that it imports, so one that is missing fails the build. What the lock files pin is
# listed for scanners, without the time and the number that would make each build another.
RUN --mount=type=cache,target=/root/.npm \
    ./install ${WITH} \
 && node -e 'for (const [place, { peer }] of Object.entries(require("./package-lock.json").packages)) if (peer) fs.rmSync(place, { recursive: true, force: true })' \
 && rm -rf node_modules/@anthropic-ai/claude-agent-sdk-linux-* node_modules/@anthropic-ai/claude-code-linux-* \
      node_modules/@esbuild node_modules/esbuild \
      node_modules/node/node_modules node_modules/node/include node_modules/node/share node_modules/bare-*/prebuilds \
      node_modules/.package-lock.json \
 && find . -type f '(' -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' ')' -delete \
 && find . -xtype l -delete \
 && strip node_modules/node/bin/node \
 && for program in node_modules/.bin/acpx node_modules/.bin/claude-agent-acp codex/node_modules/.bin/codex-acp; do \
      [ ! -e "$program" ] || HOME=/tmp node_modules/.bin/node "$program" --version || exit 1; \
    done \
 && for folder in . codex; do \
      [ ! -d "$folder/node_modules" ] || (cd "$folder" && npm sbom --package-lock-only --sbom-format cyclonedx >sbom.new \
        && node -e 'const bom = JSON.parse(fs.readFileSync("sbom.new")); delete bom.serialNumber; delete bom.metadata.timestamp; fs.writeFileSync("agents.cdx.json", JSON.stringify(bom)); fs.rmSync("sbom.new")') || exit 1; \
    done

# --- what runs ---

FROM debian:trixie-slim
# procps: claude finds the processes of a tool that it ends with ps. The home is writable for all, because the operator
# may choose another user, who has no other home.
# Debian's git brings all of Perl's modules (50 MB), of which what is left of git needs none: those of perl-base stay. Its
# servers, its mailer and its second copy of itself go too. `apt-get install --reinstall git perl libperl5.40
# perl-modules-5.40` brings them back.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates git procps ripgrep tini \
 && rm -rf /var/lib/apt/lists/* /usr/share/perl/5* /usr/lib/*-linux-gnu/perl/5* /usr/lib/*-linux-gnu/libperl.so.* \
 && (cd /usr/lib/git-core && rm git-daemon git-http-backend git-http-push git-imap-send git-shell scalar \
      && ln -sf ../../bin/git git) \
 && useradd --uid 10001 --user-group --create-home --home-dir /home/clawdforge --shell /bin/bash clawdforge \
 && install -d -o clawdforge -g clawdforge -m 700 /data /home/clawdforge/.acpx /home/clawdforge/.claude \
      /home/clawdforge/.config/claude \
 && chmod 1777 /home/clawdforge && chown -R clawdforge:clawdforge /home/clawdforge
COPY --from=agents /opt/clawdforge/agents /opt/clawdforge/agents
RUN cd /usr/local/bin && for program in acpx claude node; do ln -s "/opt/clawdforge/agents/node_modules/.bin/$program" .; done \
 && if [ -d /opt/clawdforge/agents/codex/node_modules ]; then ln -s /opt/clawdforge/agents/codex/node_modules/.bin/codex .; fi
COPY --from=server /jre /opt/java
COPY docker/ /usr/local/bin/
COPY --from=server /opt/clawdforge /opt/clawdforge
# Java's cache of the classes that the server needs, loaded and linked: it starts several times as fast. It is made here
# because Java compares the time of the jar and of its own files.
RUN work=$(mktemp -d) \
 && { env LC_ALL=C.UTF-8 HOME="$work" CLAWDFORGE_DATA_DIR="$work/data" CLAUDE_BIN=/bin/true ACPX_BIN=/bin/true \
        /opt/java/bin/java -XX:+UseSerialGC -XX:AOTCacheOutput=/opt/clawdforge/classes.cache "-Djava.io.tmpdir=$work" \
        -Dorg.sqlite.lib.path=/opt/clawdforge/lib -jar /opt/clawdforge/clawdforge.jar training-run >"$work/log" 2>&1 \
      && chmod 644 /opt/clawdforge/classes.cache || { tail -n 20 "$work/log" >&2; exit 1; }; } \
 && rm -rf "$work"

# Without LANG, Java could use only Latin characters in file names.
ENV HOME=/home/clawdforge \
    PATH=/opt/java/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 \
    DISABLE_AUTOUPDATER=1 \
    CLAWDFORGE_DATA_DIR=/data
USER 10001:10001
WORKDIR /data
# The ledger and files; the agents' logins and conversations.
VOLUME ["/data", "/home/clawdforge"]
EXPOSE 8800
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 CMD ["healthy"]
ENTRYPOINT ["tini", "--", "clawdforge"]
CMD ["serve"]

ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
LABEL org.opencontainers.image.title="clawdforge" \
      org.opencontainers.image.description="A gateway that shares one coding agent's login with many apps over HTTP" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
