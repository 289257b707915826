import NIOCore
import RedisClient
public import TieredCaching

extension RedisSharedTier: SharedNotes {
  /// See `SharedNotes`.
  public func notes(_ names: [String]) async throws -> [String: String] {
    try await withThrowingTaskGroup(of: (String, String?).self) { group in
      // At the same time, so that they go out together.
      for name in names {
        group.addTask {
          (
            name,
            try await self.refusing { try await self.control.get(self.keys.view(name)) }.map { String(buffer: $0) }
          )
        }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
  }

  /// See `SharedNotes`.
  public func setNote(_ name: String, _ text: String?, for duration: Duration) async throws {
    let key = keys.view(name)
    try await refusing {
      guard let text else { return _ = try await control.del([key]) }
      let milliseconds = Int64(duration / .milliseconds(1))
      _ = try await control.set(key, .text(text), expiration: .milliseconds(max(1, milliseconds)))
    }
  }
}
