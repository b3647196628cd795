import { createTheme, MantineProvider, type MantineColorsTuple } from '@mantine/core'
import './mantine.css'
import '../chat/chat.css'
import './styles/index.css'
import { createRoot } from 'react-dom/client'
import { cspNonce } from '../csp-nonce.js'
import { App } from './App.js'

const theme = createTheme({
  primaryColor: 'indigo',
  // The greys of the chat.
  colors: {
    dark: [
      ...['#e8e9ec', '#c9ccd3', '#a2a7b1', '#7c818c', '#4a4e57'],
      ...['#3a3d45', '#282a30', '#1d1e23', '#16171b', '#101114'],
    ] as unknown as MantineColorsTuple,
  },
  primaryShade: 8,
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
