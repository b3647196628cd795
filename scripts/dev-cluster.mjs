// npm run dev:cluster: the topology of docker-compose-production.yml without Docker, on real engines, until Ctrl-C.
// With a folder as its argument PostgreSQL's data stay there: npm run dev:cluster -- .data/cluster
import { register } from 'node:module'

// The cluster is that of the tests, in TypeScript. Imports come before anything else, but for those that are asked for.
register('./typescript-hooks.mjs', import.meta.url)
await import('./cluster/run.mjs')
