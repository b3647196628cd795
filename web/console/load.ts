/** What a page loads and does, with what goes wrong while it does. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { asProblem, type Problem, type Query } from './api.js'
import { useApi } from './session.js'
import type { Page } from './types.js'

export interface Load<T> {
  data: T | null
  problem: Problem | null
  isLoading: boolean
  reload: () => void
  /** What is known without asking again: the answer of a change, as a rule. */
  set: (data: T) => void
}

interface Loaded<T> {
  path: string
  asked: string
  data: T | null
  problem: Problem | null
}

/** What `path` answers. What was shown stays while it is loaded again, or with another query. */
export function useLoad<T>(path: string, query: Query = {}): Load<T> {
  const api = useApi()
  const [round, setRound] = useState(0)
  const asked = JSON.stringify([path, query, round])
  const [state, setState] = useState<Loaded<T> | null>(null)
  useEffect(() => {
    const broken = new AbortController()
    const [path, query] = JSON.parse(asked) as [string, Query]
    const settle = (data: T | null, problem: Problem | null): void => {
      if (!broken.signal.aborted) setState({ path, asked, data, problem })
    }
    api.get<T>(path, query, broken.signal).then(
      (data) => settle(data, null),
      (error) => settle(null, asProblem(error)),
    )
    return () => broken.abort()
  }, [api, asked])
  const current = state?.path === path ? state : null
  const reload = useCallback(() => setRound((round) => round + 1), [])
  const set = useCallback((data: T) => setState({ path, asked, data, problem: null }), [path, asked])
  const isLoading = current?.asked !== asked
  return { data: current?.data ?? null, problem: current?.problem ?? null, isLoading, reload, set }
}

export interface Pages<T> {
  items: T[]
  problem: Problem | null
  isLoading: boolean
  hasMore: boolean
  more: () => void
  reload: () => void
}

/** What somebody types, when they have stopped for a moment: not each letter is asked for. */
export function useSettled(text: string, ms = 250): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), ms)
    return () => clearTimeout(timer)
  }, [text, ms])
  return settled
}

interface Pile<T> {
  asked: string
  items: T[]
  next: string | null
}

/** A list that is read page by page, as far as somebody asks for. */
export function usePages<T>(path: string, query: Query = {}): Pages<T> {
  const asked = JSON.stringify([path, query])
  const first = useLoad<Page<T>>(path, { limit: 50, ...query })
  const api = useApi()
  const [further, setFurther] = useState<Pile<T> | null>(null)
  const { isBusy, problem, run } = useAction()
  const pile = further?.asked === asked ? further : { asked, items: [], next: first.data?.next_cursor ?? null }
  const more = (): void =>
    run(async () => {
      const page = await api.get<Page<T>>(path, { limit: 50, ...query, cursor: pile.next })
      setFurther({ asked, items: [...pile.items, ...page.items], next: page.next_cursor })
    })
  const reload = (): void => {
    setFurther(null)
    first.reload()
  }
  return {
    items: [...(first.data?.items ?? []), ...pile.items],
    problem: first.problem ?? problem,
    isLoading: first.isLoading || isBusy,
    hasMore: pile.next !== null,
    more,
    reload,
  }
}

export interface Action {
  isBusy: boolean
  problem: Problem | null
  run: (what: () => Promise<unknown>) => void
  clear: () => void
}

/** Something that is done once at a time. Nobody is shown that it was done before it was. */
export function useAction(): Action {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const busy = useRef(false)
  const run = useCallback((what: () => Promise<unknown>) => {
    if (busy.current) return
    busy.current = true
    setBusy(true)
    setProblem(null)
    what()
      .catch((error: unknown) => setProblem(asProblem(error)))
      .finally(() => {
        busy.current = false
        setBusy(false)
      })
  }, [])
  return { isBusy, problem, run, clear: useCallback(() => setProblem(null), []) }
}
