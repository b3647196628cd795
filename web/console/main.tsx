import { MantineProvider } from '@mantine/core'
import { createRoot } from 'react-dom/client'
import { cspNonce } from '../csp-nonce.js'
import { App } from './app.js'
import { SessionProvider } from './session.js'
import './styles.css'
import './console.css'
import { colours, theme } from './theme.js'

createRoot(document.getElementById('root')!).render(
  <MantineProvider theme={theme} cssVariablesResolver={colours} defaultColorScheme="auto" getStyleNonce={cspNonce}>
    <SessionProvider>
      <App />
    </SessionProvider>
  </MantineProvider>,
)
