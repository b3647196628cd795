// A phone of the middle range on a slow line, in a real Chromium.
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const places = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export async function openPhone() {
  const executablePath = places.find((place) => place && existsSync(place))
  if (!executablePath) throw new Error('There is no Chromium here: set CHROMIUM_PATH.')
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] })
}

/** With an empty cache: milliseconds until the first and the largest paint, and the bytes that came for it. */
export async function visit(phone, url) {
  const context = await phone.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 })
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  const bytes = await slowed(session)
  try {
    await page.goto(url, { waitUntil: 'networkidle' })
    return { ...(await page.evaluate(paints)), bytes: { ...bytes } }
  } finally {
    await context.close()
  }
}

/** What Lighthouse emulates. Counts what comes over the line, compressed as it comes. */
async function slowed(session) {
  const bytes = { script: 0, style: 0, all: 0 }
  const kinds = new Map()
  session.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type))
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytes.all += encodedDataLength
    if (kinds.get(requestId) === 'Script') bytes.script += encodedDataLength
    if (kinds.get(requestId) === 'Stylesheet') bytes.style += encodedDataLength
  })
  await session.send('Network.enable')
  const line = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 }
  await session.send('Network.emulateNetworkConditions', line)
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  return bytes
}

const paints = () =>
  new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const [first] = performance.getEntriesByName('first-contentful-paint')
      const largest = list.getEntries().at(-1)
      resolve({ firstPaint: (first ?? largest).startTime, largestPaint: largest.startTime })
    }).observe({ type: 'largest-contentful-paint', buffered: true })
  })
