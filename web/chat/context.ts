import { createContext, useContext } from 'react'
import type { Message } from '@parley/client'
import { visible } from '../visible.js'

/** What is being written: a reply, or another text of a message that is there. */
export interface Task {
  kind: 'reply' | 'edit'
  message: Message
}

/** What every message of a room may ask for. It stays the same while messages come and go. */
export interface ChatContext {
  me: string
  /** What the caller may do in the room, as the service says. */
  can: ReadonlySet<string>
  isCompact: boolean
  begin: (task: Task | null) => void
  /** What is refused is said above the composer. */
  react: (message: Message, emoji: string, isMine: boolean) => Promise<void>
  remove: (message: Message) => Promise<void>
  edit: (message: Message, text: string) => Promise<void>
  retry: (clientMessageId: string) => void
  discard: (clientMessageId: string) => void
  /** Shows it, if it is among those that are here. */
  jumpTo: (seq: number) => void
}

export const Chatting = createContext<ChatContext | null>(null)
export const useChat = (): ChatContext => useContext(Chatting)!

export const nameOf = (who: { display_name: string | null } | null): string => visible(who?.display_name) ?? 'Somebody'
