import { check } from '../checker/check.js'
import type { Picture } from '../checker/log.js'
import { Recorder } from '../checker/recorder.js'
import { rowsOf } from '../support/database.js'
import { adminKey, Rest } from '../support/rest.js'
import type { Habits } from '../support/resuming.js'
import { until } from '../support/until.js'
import { Person } from './person.js'

interface Place extends Habits {
  /** Where the service is: the same for all of a person's clients, or another one for each. */
  urls: (() => string)[]
  databaseUrl: string
  people: number
  /** Of each person. */
  clients?: number
}

/** A room, people who talk in it, and the log of what all of them saw. */
export class Scene {
  readonly recorder = new Recorder()
  readonly people: Person[] = []
  private stopped = false

  private constructor(
    private readonly place: Place,
    readonly backend: Rest,
    readonly roomId: string,
  ) {}

  /** When everybody listens. */
  static async open(place: Place): Promise<Scene> {
    const url = place.urls[0]!()
    const operator = new Rest(url, { authorization: `Bearer ${adminKey}` })
    const { api_token } = (await operator.post('/admin/tenant', { name: 'Acme' })).body
    const backend = new Rest(url, { clientKey: api_token })
    const { room_id } = (await backend.post('/room', { name: 'The room' })).body
    const scene = new Scene(place, backend, room_id)
    for (let who = 0; who < place.people; who++) await scene.enter(`User ${who}`)
    return scene
  }

  get clients() {
    return this.people.flatMap(({ clients }) => clients)
  }

  /**
   * Everybody hears all, and so does who reads it; as many messages are there as were acknowledged; and nothing is wrong
   * with it.
   */
  async expectRight(count: number, everyRevLive = true): Promise<void> {
    await this.readAll()
    const history = await this.history()
    const wrong = () => check(this.recorder.log, history, { everyRevLive })
    await until(() => !wrong().length, 'nothing to be wrong', 10_000).catch(() => undefined)
    expect(wrong().slice(0, 20)).toEqual([])
    expect(history).toHaveLength(count)
  }

  /** The next page of the history for somebody who has it up to `seq`; where they are then. */
  async readAfter(seq: number): Promise<{ seq: number; has_more: boolean }> {
    if (this.stopped) throw new Error('the scene is over')
    const page = await this.recorder.read(seq, () => this.people.at(-1)!.readAfter(seq))
    return { seq: page?.items.at(-1)?.seq ?? seq, has_more: page?.has_more ?? true }
  }

  async stop(): Promise<void> {
    this.stopped = true
    await Promise.all(this.clients.map((client) => client.stop()))
  }

  private async enter(name: string): Promise<void> {
    const { user_id } = (await this.backend.post('/user', { display_name: name })).body
    const { token } = (await this.backend.post(`/auth/${user_id}`)).body
    const { urls, clients = 1 } = this.place
    const person = new Person(this.recorder, {
      name,
      userId: user_id,
      token,
      roomId: this.roomId,
      urls,
      clients,
      habits: this.place,
    })
    this.people.push(person)
    await Promise.all(person.clients.map((client) => client.listen()))
  }

  private async readAll(): Promise<void> {
    for (let at = { seq: 0, has_more: true }; at.has_more;) at = await this.readAfter(at.seq)
  }

  /** As it is stored, asked behind the service's back. */
  private history(): Promise<Picture[]> {
    return rowsOf(
      this.place.databaseUrl,
      `SELECT message_id, seq::int, rev::int, user_id AS sender, client_message_id,
        CASE WHEN deleted_at IS NULL THEN content END AS text, deleted_at IS NOT NULL AS deleted
       FROM tb_messages WHERE room_id = $1 ORDER BY seq`,
      [this.roomId],
    )
  }
}
