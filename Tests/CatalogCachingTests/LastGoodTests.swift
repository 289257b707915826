import Catalog
import NIOConcurrencyHelpers
import TestSupport
import Testing
import TieredCaching

@Suite("Starting from the last good catalog")
struct LastGoodTests {
  /// A disk of a test.
  private final class Disk: Sendable {
    private let bytes = NIOLockedValueBox<[UInt8]?>(nil)
    let time = NIOLockedValueBox(1_000_000)

    var content: [UInt8]? {
      get { bytes.withLockedValue { $0 } }
      set { bytes.withLockedValue { $0 = newValue } }
    }

    func storage(maximumAge: Duration = .seconds(3600), origin: String = "here") -> LastGoodStorage {
      LastGoodStorage(
        maximumAge: maximumAge, origin: origin, now: { self.time.withLockedValue { $0 } }, read: { self.content },
        write: { self.content = $0 })
    }
  }

  private struct Down: Error {}

  /// A disk on which a worker kept what is in the database.
  private func kept(_ database: any CatalogStore) async throws -> Disk {
    let disk = Disk()
    try await Worker.with(database, configure: { $0.lastGood = disk.storage() }) { worker in
      _ = try await worker.service.readFullCatalog()
      try await wait(for: "the disk") { disk.content != nil }
    }
    return disk
  }

  @Test(
    "While the database is away a start serves what is on disk, marked stale with its age; then what the database has")
  func servesFromDisk() async throws {
    let database = try await Samples.database()
    let disk = try await kept(database)
    disk.time.withLockedValue { $0 += 120 }
    let away = away(database)
    try await Worker.with(away, configure: { $0.lastGood = disk.storage() }) { worker in
      let answer = try await worker.service.readFullCatalog()
      #expect(answer.freshness == .stale)
      #expect(answer.age >= .seconds(120))
      #expect(answer.value.isEmpty == false)
      away.fail(.manifest, with: nil)
      away.fail(.load, with: nil)
      try await wait(for: "a fresh answer") { try await worker.service.readFullCatalog().freshness == .fresh }
      #expect(worker.loads == 0, "what was on disk need not be loaded again")
    }
  }

  @Test("What is on disk is not used when the database answers, when it is too old, damaged, or of another database")
  func notUsed() async throws {
    let database = try await Samples.database()
    let disk = try await kept(database)
    try await Worker.with(database, configure: { $0.lastGood = disk.storage() }) { worker in
      let answer = try await worker.service.readFullCatalog()
      #expect(answer.freshness == .fresh)
    }
    disk.time.withLockedValue { $0 += 7_200 }
    try await expectNothing(from: disk, database)
    disk.time.withLockedValue { $0 -= 7_200 }
    try await expectNothing(from: disk, database, origin: "elsewhere")
    disk.content?[200] ^= 1
    try await expectNothing(from: disk, database)
  }

  /// A database that does not answer from the start.
  private func away(_ database: any CatalogStore) -> FaultyCatalogStore {
    let away = FaultyCatalogStore(database)
    for operation in [FaultyCatalogStore.Operation.manifest, .load] { away.fail(operation, with: Down()) }
    return away
  }

  private func expectNothing(from disk: Disk, _ database: any CatalogStore, origin: String = "here") async throws {
    try await Worker.with(away(database), configure: { $0.lastGood = disk.storage(origin: origin) }) { worker in
      _ = await #expect(throws: CacheError.self) { try await worker.service.readFullCatalog() }
    }
  }
}
