// Builds the pages and the widget into the service's dist/web, from where src/pages serves them.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { build } from 'vite'

const here = import.meta.dirname
const outDir = resolve(here, '../dist/web')
const common = { configFile: false, root: here, logLevel: 'warn', define: { 'process.env.NODE_ENV': '"production"' } }
/** Browsers that know `light-dark()`: written out for others, it would ask the system and not the page around. */
const cssTarget = ['chrome123', 'firefox120', 'safari17.5']

/** /demo and /console. Their assets have a hash in their name; the nonce is put in by the service, each time another. */
await build({
  ...common,
  base: '/web/',
  plugins: [react()],
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir,
    cssTarget,
    emptyOutDir: true,
    // A picture in a style would need `data:` in the policy.
    assetsInlineLimit: 0,
    rollupOptions: { input: { demo: resolve(here, 'demo/index.html'), console: resolve(here, 'console/index.html') } },
  },
})

/** /widget.js: one file for other people's pages, with Preact in the place of React. */
await build({
  ...common,
  resolve: {
    alias: Object.entries({
      'react/jsx-runtime': 'preact/jsx-runtime',
      'react-dom/client': 'preact/compat/client',
      'react-dom': 'preact/compat',
      react: 'preact/compat',
    }).map(([find, replacement]) => ({ find: new RegExp(`^${find}$`), replacement })),
  },
  build: {
    outDir,
    cssTarget,
    emptyOutDir: false,
    lib: {
      entry: resolve(here, 'widget/widget.tsx'),
      formats: ['iife'],
      name: 'ParleyWidget',
      fileName: () => 'widget.js',
    },
  },
})

/** What is asked for often is compressed once, as well as it can be. Pages get a nonce, so they are sent as they are. */
for (const file of await readdir(outDir, { recursive: true })) {
  if (!/\.(js|css|svg)$/.test(file)) continue
  const content = await readFile(resolve(outDir, file))
  await writeFile(resolve(outDir, `${file}.br`), brotliCompressSync(content))
  await writeFile(resolve(outDir, `${file}.gz`), gzipSync(content, { level: 9 }))
}
