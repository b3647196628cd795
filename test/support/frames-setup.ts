/** A test fails if a client heard in it what is not in the document of all frames. */
import { takeComplaints } from './complaints.js'

const expectNone = (): void => expect(takeComplaints()).toEqual([])

afterEach(expectNone)
afterAll(expectNone)
