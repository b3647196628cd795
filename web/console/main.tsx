import { MantineProvider } from '@mantine/core'
import '@mantine/core/styles.css'
import { createRoot } from 'react-dom/client'
import { cspNonce } from '../csp-nonce.js'

createRoot(document.getElementById('root')!).render(
  <MantineProvider defaultColorScheme="auto" getStyleNonce={cspNonce}>
    <main>…</main>
  </MantineProvider>,
)
