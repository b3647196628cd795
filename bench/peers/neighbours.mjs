// Parley with two tenants: one that talks quietly, and one that floods.
import { setUpRooms, startParley } from './parley.mjs'

export const neighbours = {
  name: 'neighbours',
  title: 'Parley',
  start: (place) => startParley(place, setUpBoth),
}

async function setUpBoth(url, adminKey, { quiet, flood }) {
  return { quiet: await setUpRooms(url, adminKey, quiet), flood: await setUpRooms(url, adminKey, flood) }
}
