const slots = 16_384

/** On which of a cluster's slots a key or a channel is: by what stands between its first braces, if anything does. */
export function slotOf(key: string): number {
  const from = key.indexOf('{')
  const to = from < 0 ? -1 : key.indexOf('}', from + 1)
  return crc16(Buffer.from(to > from + 1 ? key.slice(from + 1, to) : key)) % slots
}

/** CRC-16/XMODEM, as the cluster counts. */
function crc16(bytes: Buffer): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1
  }
  return crc & 0xffff
}
