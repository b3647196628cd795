/** What was wrong with frames that clients heard. The setup of every test looks here when a test ends. */
const complaints: string[] = []

export const complain = (complaint: string): unknown => complaints.push(complaint)

export const takeComplaints = (): string[] => complaints.splice(0)
