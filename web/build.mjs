// Builds the pages and the widget into the service's dist/web, from where src/web serves them.
import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { build } from 'vite'

const here = import.meta.dirname
const outDir = resolve(here, '../dist/web')
const common = { configFile: false, root: here, logLevel: 'warn', define: { 'process.env.NODE_ENV': '"production"' } }

/** /demo and /console. Their assets have a hash in their name; the nonce is put in by the service, each time another. */
await build({
  ...common,
  base: '/web/',
  plugins: [react()],
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir,
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
    emptyOutDir: false,
    lib: {
      entry: resolve(here, 'widget/widget.tsx'),
      formats: ['iife'],
      name: 'ParleyWidget',
      fileName: () => 'widget.js',
    },
  },
})
