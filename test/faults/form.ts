/** Every run has a short form, for each `npm test`, and a long one, for `npm run test:faults`. */
const isLong = process.env['FAULTS'] === 'long'

export const inForm = (short: number, long: number): number => (isLong ? long : short)

jest.setTimeout(inForm(60_000, 1_200_000))
