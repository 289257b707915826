import Foundation
import Testing

/// How many schedules each protocol is tried on; `ANCHOR_SCHEDULES` sets another number.
private let scheduleCount = ProcessInfo.processInfo.environment["ANCHOR_SCHEDULES"].flatMap { UInt64($0) } ?? 500

/// The protocols that are published, and ours.
enum Anchor: CaseIterable {
  case cacheAside, epochCounter, clientLease, wallClockTag, clientTracking, own

  var cache: any CachingProtocol.Type {
    switch self {
    case .cacheAside: CacheAside.self
    case .epochCounter: EpochCounter.self
    case .clientLease: ClientLease.self
    case .wallClockTag: WallClockTag.self
    case .clientTracking: ClientTracking.self
    case .own: OwnProtocol.self
    }
  }
}

@Suite("Published protocols beside ours")
struct AnchorTests {
  @Test(
    "On the same schedules, others serve as current what is not; ours never does", arguments: Anchor.allCases,
    [false, true])
  func violations(_ anchor: Anchor, hasFaults: Bool) {
    let outcomes = (0..<scheduleCount).map { AnchorWorld.run(anchor.cache, seed: $0, hasFaults: hasFaults) }
    let stale = outcomes.compactMap(\.stale)
    let backwards = outcomes.compactMap(\.backwards)
    let scale = 100_000.0 / Double(scheduleCount)
    print(
      "\(anchor.cache.name), \(hasFaults ? "faults" : "delays only"), of 100,000 schedules: \(Int(Double(stale.count) * scale)) stale, "
        + "\(Int(Double(backwards.count) * scale)) backwards, \(outcomes.map(\.reads).reduce(0, +) / outcomes.count) reads each; "
        + "first: \(stale.first ?? "-")")
    #expect(outcomes.allSatisfy { $0.reads > 0 })
    if anchor == .own {
      #expect(stale.isEmpty && backwards.isEmpty, "\(stale.first ?? backwards.first ?? "")")
    } else {
      #expect(!stale.isEmpty)
    }
  }
}
