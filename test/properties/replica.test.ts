/**
 * People send, edit, react and delete at two nodes that hear nothing of each other, while clients are cut and come back:
 * whatever happens when, what each client was told makes up the room as it is.
 */
import fc from 'fast-check'
import { Heads } from '../../src/gateway/heads.js'
import { asKnown, Replica } from '../support/replica.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

const clients = 4

type Deed =
  | { do: 'send'; at: number }
  | { do: 'edit' | 'delete'; at: number; nth: number }
  | { do: 'react' | 'unreact'; at: number; nth: number; who: number }
  | { do: 'cut'; client: number; by: 'join_room' | 'sync_rooms' }
  | { do: 'glance'; at: number }
  | { do: 'wait' }

const at = fc.nat(1)
const nth = fc.nat(20)
const by = fc.constantFrom('join_room' as const, 'sync_rooms' as const)
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), at }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('edit' as const), at, nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), at, nth }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('react' as const, 'react' as const, 'unreact' as const),
      at,
      nth,
      who: fc.nat(1),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), client: fc.nat(clients - 1), by }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('glance' as const), at }) },
  { weight: 2, arbitrary: fc.constant({ do: 'wait' as const }) },
)

describe('what clients are told', () => {
  let nodes: [Service, Service]
  let tenant: TestTenant
  let ann: TestUser
  let bob: TestUser

  beforeAll(async () => {
    const service = await startService()
    nodes = [service, await service.another()]
    tenant = await service.tenant()
    ann = await tenant.user()
    bob = await tenant.user()
  })
  afterAll(async () => {
    for (const node of nodes.reverse()) await node.stop()
  })

  const glance = (node: Service): Promise<void> => node.app.get(Heads).glance()

  /** Deeds are begun one after another, and none waits for those before it but where it is said. */
  async function live(roomId: string, replicas: Replica[], deeds: Deed[]): Promise<void> {
    const sent: any[] = []
    const comings = replicas.map(() => Promise.resolve() as Promise<unknown>)
    const under: Promise<unknown>[] = []
    const change = async (node: Service, which: number, remove: boolean) => {
      const message = sent[which % sent.length]
      if (!message) return
      const path = `/room/${roomId}/message/${message.message_id}`
      const { rest } = ann.at(node)
      const { status } = await (remove ? rest.delete(path) : rest.patch(path, { text_message: `edit ${which}` }))
      expect([200, 204, 409]).toContain(status)
    }
    const react = async (node: Service, { nth, who, do: what }: Deed & { do: 'react' | 'unreact' }) => {
      const message = sent[nth % sent.length]
      if (!message) return
      const emoji = encodeURIComponent(nth % 2 ? '👍' : '❤️')
      const { rest } = [ann, bob][who]!.at(node)
      const path = `/room/${roomId}/message/${message.message_id}/reaction/${emoji}`
      expect([200, 204, 409]).toContain((await rest[what === 'react' ? 'put' : 'delete'](path)).status)
    }
    const back = async (replica: Replica, way: 'join_room' | 'sync_rooms') => {
      replica.cut()
      expect(await replica.resume(way)).toMatchObject({ ok: true, complete: true })
    }
    for (const one of deeds) {
      if (one.do === 'send')
        under.push(
          ann
            .at(nodes[one.at]!)
            .send(roomId, 'said')
            .then((message) => sent.push(message)),
        )
      if (one.do === 'edit' || one.do === 'delete') under.push(change(nodes[one.at]!, one.nth, one.do === 'delete'))
      if (one.do === 'react' || one.do === 'unreact') under.push(react(nodes[one.at]!, one))
      if (one.do === 'glance') under.push(glance(nodes[one.at]!))
      if (one.do === 'cut') {
        const { client, by } = one
        under.push((comings[client] = comings[client]!.then(() => back(replicas[client]!, by))))
      }
      if (one.do === 'wait') await Promise.all(under)
    }
    await Promise.all(under)
  }

  it('makes up the room as it is, whatever happens when', async () => {
    const property = fc.asyncProperty(fc.array(deed, { minLength: 10, maxLength: 60 }), async (deeds) => {
      const roomId = await tenant.room([ann, bob])
      const replicas = Array.from({ length: clients }, (_, n) => new Replica(ann.at(nodes[n % 2]!), roomId))
      await Promise.all(replicas.map((replica) => replica.resume()))
      await live(roomId, replicas, deeds)
      await Promise.all(nodes.map(glance))
      const { body } = await ann.rest.get(`/room/${roomId}/message?limit=100`)
      const { last_seq, last_rev } = (await ann.rest.get(`/room/${roomId}`)).body
      for (const replica of replicas) {
        await replica.reached(last_seq, last_rev)
        expect(asKnown(replica.messages)).toEqual(asKnown(body.items))
        replica.cut()
      }
    })
    await fc.assert(property, { numRuns: 25 })
  }, 90_000)
})
