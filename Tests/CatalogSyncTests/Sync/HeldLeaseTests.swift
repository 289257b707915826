import Catalog
import Logging
import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import CatalogSync

@Suite("A lease that is held while work goes on")
struct HeldLeaseTests {
  private let store = FaultyCatalogStore(InMemoryCatalogStore(now: { observed }))
  private let time = ManualTime()

  private func lease(_ token: String) -> HeldLease {
    HeldLease(
      name: "work", token: token, store: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      time: time)
  }

  /// Lets time pass until the lease has been asked for some times more.
  private func prolongations(_ count: Int) async throws {
    for _ in 0..<count {
      let before = store.calls(.leases)
      while store.calls(.leases) == before {
        time.advance(by: .seconds(1))
        try await Task.sleep(for: .milliseconds(5))
      }
    }
  }

  @Test("Nobody else works meanwhile, and the next one can at once")
  func exclusion() async throws {
    let result = try await lease("a").whileHeld {
      try await prolongations(3)
      return try await lease("b").whileHeld { true } == nil
    }
    #expect(result == true)
    #expect(try await lease("b").whileHeld { true } == true)
  }

  @Test("A database that does not answer for a moment does not end the work; one that does not come back does")
  func failure() async throws {
    let failure = StoreError.unavailable("the database is away")
    let result = try await lease("a").whileHeld {
      store.fail(.leases, with: failure)
      try await prolongations(2)
      store.fail(.leases, with: nil)
      try await prolongations(2)
      return true
    }
    #expect(result == true)
    await #expect(throws: StoreError.self) {
      try await lease("a").whileHeld {
        store.fail(.leases, with: failure)
        try await prolongations(100)
      }
    }
  }

  @Test("What was done stands, although the lease could not be ended")
  func release() async throws {
    let result = try await lease("a").whileHeld {
      store.fail(.leases, with: StoreError.unavailable("the database is away"))
      return "done"
    }
    #expect(result == "done")
  }
}
