import { createContext, useContext } from 'react'
import type { Session } from './session.js'

export const SessionContext = createContext<Session | null>(null)
export const useSession = (): Session => useContext(SessionContext)!
