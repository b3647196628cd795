import { Center, Loader } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { Boundary } from '../boundary.js'
import type { Problem } from './api.js'
import { Login } from './pages/login.js'
import { ProblemAlert } from './parts/problem.js'
import { Broken } from './parts/states.js'
import { useSessionState } from './session.js'

const Shell = lazy(() => import('./shell.js'))

const Waiting = () => (
  <Center component="main" mih="100dvh">
    <Loader aria-label="Loading" />
  </Center>
)

const Away = (props: { problem: Problem; onRetry: () => void }) => (
  <Center component="main" mih="100dvh" p="md">
    <ProblemAlert {...props} />
  </Center>
)

/** Nobody sees a page who is not logged in: what was shown before is taken away with the session. */
export function App() {
  const { state, look } = useSessionState()
  if (state.status === 'loading') return <Waiting />
  if (state.status === 'away') return <Away problem={state.problem} onRetry={look} />
  if (state.status === 'out') return <Login why={state.why} />
  const { kind, tenant_id } = state.session
  return (
    <Boundary at={kind} instead={<Broken />}>
      <Suspense fallback={<Waiting />}>
        <Shell key={`${kind} ${tenant_id}`} />
      </Suspense>
    </Boundary>
  )
}
