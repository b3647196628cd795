import { createTheme, MantineProvider } from '@mantine/core'
import './mantine.css'
import '../chat/chat.css'
import './demo.css'
import { createRoot } from 'react-dom/client'
import { cspNonce } from '../csp-nonce.js'
import { App } from './App.js'

const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 6 },
  defaultRadius: 'md',
  fontFamily: 'var(--parley-font)',
  cursorType: 'pointer',
  respectReducedMotion: true,
})

createRoot(document.getElementById('root')!).render(
  <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={cspNonce}>
    <App />
  </MantineProvider>,
)
