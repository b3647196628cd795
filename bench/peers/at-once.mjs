/** Calls `work(n)` for 0 to count - 1, `width` of them at a time; gives the results in order. */
export async function atOnce(width, count, work) {
  const results = Array.from({ length: count })
  const numbers = results.keys()
  const worker = async () => {
    for (const n of numbers) results[n] = await work(n)
  }
  await Promise.all(Array.from({ length: width }, worker))
  return results
}
