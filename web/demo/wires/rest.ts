import type { FrameLog } from './frame-log.js'
import { jsonOf } from './packets.js'
import type { Session } from '../session.js'

export interface Answer {
  status: number
  body: any
}

/** `token`: whose; null: nobody's. */
export async function ask(token: string | null, method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(path, {
    method,
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: jsonOf(text) }
}

/** The same, told among the frames. */
export async function askTold(log: FrameLog, { display_name: who, token }: Session, ...asked: Asked): Promise<Answer> {
  const [method, path, body] = asked
  const answer = await ask(token, method, path, body)
  const raw = [method, path, body && JSON.stringify(body)].filter(Boolean).join(' ')
  log.add({ who, direction: 'note', name: `REST ${answer.status}`, raw, body: answer.body })
  return answer
}

type Asked = [method: string, path: string, body?: object]
