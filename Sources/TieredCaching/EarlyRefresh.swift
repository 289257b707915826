#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Who refreshes a part before it expires: XFetch (Vattani, Chierichetti and Lowenstein, "Optimal probabilistic cache
/// stampede prevention", VLDB 2015). The longer a load takes and the nearer the end, the more likely; workers need no
/// coordination not to do it all at once.
enum EarlyRefresh {
  /// The parts to refresh now: those with `now - loadDuration * ln(random) >= freshUntil`.
  static func due(
    _ freshUntil: [PartID: Duration], now: Duration, loadDuration: Duration, random: Double
  ) -> Set<PartID> {
    let early = loadDuration * -log(max(random, .leastNormalMagnitude))
    return Set(freshUntil.lazy.filter { $0.value <= now + early }.map(\.key))
  }
}
