const short = 126
const medium = 65_536

/** A whole WebSocket frame of text from a server, which does not mask (RFC 6455, section 5.2). */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const headerBytes = length < short ? 2 : length < medium ? 4 : 10
  const frame = Buffer.allocUnsafe(headerBytes + length)
  frame[0] = 0x81
  if (headerBytes === 2) frame[1] = length
  else if (headerBytes === 4) frame.writeUInt16BE(length, (frame[1] = 126) && 2)
  else frame.writeBigUInt64BE(BigInt(length), (frame[1] = 127) && 2)
  frame.write(text, headerBytes)
  return frame
}
