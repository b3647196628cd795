/** What /demo shows of a connection that ends, and what becomes of what was written meanwhile. */
import { TcpProxy } from '../support/proxy.js'
import { startService, type Service } from '../support/service.js'
import { until } from '../support/until.js'
import { describeInBrowser } from '../docs/browser.js'
import { People, type Person } from './support/people.js'

jest.setTimeout(120_000)

describeInBrowser('/demo without a network', () => {
  let service: Service
  let proxy: TcpProxy
  let people: People
  let ann: Person
  let bob: Person
  let room: string

  beforeAll(async () => {
    service = await startService()
    proxy = await TcpProxy.start({ host: '127.0.0.1', port: Number(new URL(service.url).port) })
    people = await People.gather()
    ann = await people.come('Ann', `http://127.0.0.1:${proxy.port}`)
    bob = await people.come('Bob', service.url)
    room = await ann.makeRoom('Far away')
    await bob.open(room)
    await ann.say('Before')
    await bob.sees('Before')
  }, 120_000)
  afterAll(async () => {
    await people?.close()
    await proxy?.stop()
    await service?.stop()
  })
  afterEach(() => expect([...ann.errors, ...bob.errors]).toEqual([]))

  /** Their texts in the room, by REST. */
  const stored = async (): Promise<string[]> => {
    const { token } = await bob.session()
    const page = await service.anyone
      .as({ authorization: `Bearer ${token}` })
      .get(`/room/${room.split('/')[2]}/message?limit=100`)
    return page.body.items.map((message: { text_message: string }) => message.text_message)
  }

  const backWhole = async (texts: string[]): Promise<void> => {
    for (const text of texts) await Promise.all([ann.sees(text), bob.sees(text)])
    await until(async () => (await ann.page.getByText('Sending…').count()) === 0, 'all to be sent')
    const all = await stored()
    expect(new Set(all).size).toBe(all.length)
    expect([await ann.texts(), await bob.texts()]).toEqual([all, all])
  }

  it('says so, keeps what is written, and sends it once when it is back', async () => {
    proxy.goAway()
    await ann.page.getByText('Offline – what you write is kept and sent').waitFor()
    await ann.say('Written offline')
    await ann.say('And this one too')
    await bob.say('While you were away')
    expect(await ann.page.getByText('Sending…').count()).toBe(2)
    expect(await stored()).toEqual(['Before', 'While you were away'])
    proxy.comeBack()
    await ann.page.getByText('Back online').waitFor()
    await backWhole(['Before', 'While you were away', 'Written offline', 'And this one too'])
    await ann.page.getByText('Back online').waitFor({ state: 'detached' })
  })

  it('does the same in a browser that is offline', async () => {
    await ann.page.context().setOffline(true)
    proxy.cutAll()
    await ann.page.getByText('Offline –').waitFor()
    await ann.say('From a tunnel')
    await bob.say('To a tunnel')
    await ann.page.context().setOffline(false)
    await backWhole(['From a tunnel', 'To a tunnel'])
  })

  it('sends once what was stored though the answer was lost', async () => {
    proxy.loseTheAnswerTo('Lost on the way')
    await ann.say('Lost on the way')
    await backWhole(['Lost on the way'])
  })

  it('catches up with more than a page, in order', async () => {
    proxy.goAway()
    await ann.page.getByText('Offline –').waitFor()
    const { token } = await bob.session()
    const rest = service.anyone.as({ authorization: `Bearer ${token}` })
    for (let n = 1; n <= 70; n++)
      await rest.post(`/room/${room.split('/')[2]}/message/send`, { text_message: `Missed ${n}.` })
    proxy.comeBack()
    await backWhole(['Missed 1.', 'Missed 70.'])
  })

  it('says what is refused for good, which may be sent again or given up', async () => {
    const texts = await stored()
    const { token } = await ann.session()
    const rest = service.anyone.as({ authorization: `Bearer ${token}` })
    const archived = (is: boolean) => rest.patch(`/room/${room.split('/')[2]}`, { archived: is })
    proxy.goAway()
    await ann.page.getByText('Offline –').waitFor()
    await ann.say('Too late')
    await ann.say('Never mind')
    await archived(true)
    proxy.comeBack()
    const failed = ann.page.getByRole('alert').filter({ hasText: 'Not sent' })
    await until(async () => (await failed.count()) === 2, 'both to be refused')
    expect(await stored()).toEqual(texts)
    await archived(false)
    await failed.last().getByRole('button', { name: 'Discard' }).click()
    await failed.getByRole('button', { name: 'Retry' }).click()
    await bob.sees('Too late')
    expect(await stored()).toEqual([...texts, 'Too late'])
    expect(await ann.page.getByText('Never mind').count()).toBe(0)
  })

  it('is whole again, and the same person, after its page was killed', async () => {
    const { user_id } = await bob.session()
    const session = await bob.crash()
    await ann.say('You are gone')
    await session.send('Page.reload')
    const read = async (expression: string): Promise<string> => {
      const { result } = await session.send('Runtime.evaluate', { expression, returnByValue: true })
      return String(result.value)
    }
    const shown = `JSON.stringify([...document.querySelectorAll('.parley-bubble')].map((one) => one.innerText))`
    await until(async () => (await read(shown)).includes('You are gone'), 'what was missed')
    expect(await read(`JSON.parse(sessionStorage.getItem('parley-demo-session')).user_id`)).toBe(user_id)
    expect(JSON.parse(await read(shown))).toEqual((await ann.texts()).slice(-50))
  })
})
