# One image for every process of the pipeline; the command's argument says which.
FROM node:24.21.0-bookworm-slim
WORKDIR /bomfri
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force
COPY . .
RUN mkdir .bomfri && chown node .bomfri
USER node
ENV NODE_ENV=production BOMFRI_HOST=0.0.0.0
ENTRYPOINT ["node", "pipeline/cli.ts"]
CMD ["--help"]
