/** Friendships as tests make and end them. */
import type { Answer } from './rest.js'
import type { TestUser } from './service.js'

export const ask = (by: TestUser, whom: TestUser): Promise<Answer> =>
  by.rest.post('/friend', { friend_id: whom.userId })

/** `accept`, `refuse`, `block`, `unblock` */
export const take = (by: TestUser, whom: TestUser, verb: string): Promise<Answer> =>
  by.rest.post(`/friend/${whom.userId}/${verb}`)

export const remove = (by: TestUser, whom: TestUser): Promise<Answer> => by.rest.delete(`/friend/${whom.userId}`)

export const befriend = async (a: TestUser, b: TestUser): Promise<void> => {
  await ask(a, b)
  await take(b, a, 'accept')
}

export const listed = async (of: TestUser, status: string): Promise<any[]> =>
  (await of.rest.get(`/friend?status=${status}`)).body.items

export const namesOf = async (of: TestUser, status: string): Promise<string[]> =>
  (await listed(of, status)).map((friend) => friend.display_name)
