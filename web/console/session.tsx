/** Who is logged in. The key itself is with the service's cookie alone: the page forgets it when it is sent. */
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { Api, ask, asProblem, Problem } from './api.js'
import type { Session } from './types.js'

type State =
  | { status: 'loading' }
  /** Nobody knows yet whether somebody is logged in. */
  | { status: 'away'; problem: Problem }
  | { status: 'out'; why: string | null }
  | { status: 'in'; session: Session; leftMs: number }

interface SessionContext {
  state: State
  look: () => void
  logIn: (key: string) => Promise<void>
  logOut: () => Promise<void>
  end: (why: string | null) => void
}

const path = '/console/session'
const Context = createContext<SessionContext | null>(null)

/** Tells the other tabs: who logs out in one is out in all. */
const tabs = new BroadcastChannel('parley-console')

async function find(): Promise<State> {
  try {
    return await stateOf(await ask('GET', path))
  } catch (error) {
    const problem = asProblem(error)
    if (problem.isOpen) return { status: 'away', problem }
    return { status: 'out', why: problem.status === 401 ? null : problem.message }
  }
}

/** By the service's clock: that of this machine may be wrong. */
async function stateOf(answer: Response): Promise<State> {
  const session = (await answer.json()) as Session
  const now = answer.headers.get('date')
  return { status: 'in', session, leftMs: Date.parse(session.expires_at) - (now ? Date.parse(now) : Date.now()) }
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState<State>({ status: 'loading' })
  const end = useCallback((why: string | null) => setState({ status: 'out', why }), [])
  const look = useCallback(() => void find().then(setState), [])
  useEffect(() => {
    // A page that the browser had put away shows nothing before it is known who looks at it.
    const back = ({ persisted }: PageTransitionEvent): void => {
      if (!persisted) return
      setState({ status: 'loading' })
      look()
    }
    const elsewhere = (): void => end('You logged out in another tab.')
    tabs.addEventListener('message', elsewhere)
    window.addEventListener('pageshow', back)
    look()
    return () => {
      tabs.removeEventListener('message', elsewhere)
      window.removeEventListener('pageshow', back)
    }
  }, [end, look])
  useEffect(() => {
    if (state.status !== 'in') return
    const timer = setTimeout(() => end(over), state.leftMs)
    return () => clearTimeout(timer)
  }, [state, end])
  const value = useMemo(() => ({ state, look, end, ...verbs(state, setState) }), [state, look, end])
  return <Context value={value}>{children}</Context>
}

const over = 'Your session is over. Log in again to go on where you were.'

const verbs = (state: State, setState: (state: State) => void): Pick<SessionContext, 'logIn' | 'logOut'> => ({
  async logIn(key) {
    setState(await stateOf(await ask('POST', path, { body: { key } })))
  },
  async logOut() {
    if (state.status === 'in') await ask('DELETE', path, { csrf: state.session.csrf_token }).catch(unlessOver)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin
    tabs.postMessage('out')
    window.history.replaceState(null, '', window.location.pathname)
    setState({ status: 'out', why: null })
  },
})

/** A session that is no more need not be ended. */
function unlessOver(error: unknown): void {
  if (asProblem(error).status !== 401) throw error
}

export function useSessionState(): SessionContext {
  const context = useContext(Context)
  if (!context) throw new Error('no SessionProvider')
  return context
}

/** Of who is logged in: pages are shown to nobody else. */
export function useSession(): Session {
  const { state } = useSessionState()
  if (state.status !== 'in') throw new Error('nobody is logged in')
  return state.session
}

export function useApi(): Api {
  const { end } = useSessionState()
  const { csrf_token } = useSession()
  return useMemo(() => new Api(csrf_token, (problem) => end(sentenceFor(problem))), [csrf_token, end])
}

/** Of a key that was taken away meanwhile the service's own sentence says more than that the session is over. */
const sentenceFor = ({ code, message }: Problem): string =>
  code === 'credentials_missing' ? over : `${message} Log in again.`
