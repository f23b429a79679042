const RSS_SAMPLE_MS = 20
const MEGABYTE = 1_048_576

/** The most memory the process had while `work` went on, in megabytes more than before. */
export async function measureGrowth(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss()
  let most = before
  const sampling = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss())
  }, RSS_SAMPLE_MS)
  try {
    await work()
  } finally {
    clearInterval(sampling)
  }
  return Math.round((most - before) / MEGABYTE)
}
