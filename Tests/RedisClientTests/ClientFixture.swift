import Logging
import NIOConcurrencyHelpers
import NIOCore

@testable import RedisClient

/// What a client logged, message and metadata in one line.
final class LogRecorder: Sendable {
  private let recorded = NIOLockedValueBox<[String]>([])

  var lines: [String] { recorded.withLockedValue { $0 } }

  var logger: Logger { Logger(label: "test") { _ in Handler(recorder: self) } }

  private struct Handler: LogHandler {
    let recorder: LogRecorder
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      recorder.recorded.withLockedValue {
        $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])")
      }
    }
  }
}

/// A configuration whose time limits are generous, for tests that are not about them.
func patientConfiguration(_ url: String) throws -> RedisClient.Configuration {
  var configuration = try RedisClient.Configuration(url: url)
  configuration.connectTimeout = .seconds(10)
  configuration.commandTimeout = .seconds(20)
  configuration.stallTimeout = .seconds(20)
  return configuration
}

/// Runs `body` with a client that is running, and stops it afterwards.
///
/// - Parameter connects: whether to wait until it is connected.
@discardableResult
func withClient<Result>(
  _ configuration: RedisClient.Configuration, logger: Logger = LogRecorder().logger, connects: Bool = true,
  _ body: (RedisClient) async throws -> Result
) async throws -> Result {
  let client = RedisClient(configuration, logger: logger)
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { await client.run() }
    defer { group.cancelAll() }
    if connects { try await client.waitUntilConnected(timeout: .seconds(20)) }
    return try await body(client)
  }
}

/// A condition did not come to hold.
struct WaitedInVain: Error, CustomStringConvertible {
  let description: String
}

/// Waits until `condition` holds and says how long that took.
@discardableResult
func wait(
  for description: String, within limit: Duration = .seconds(20), until condition: () async throws -> Bool
) async throws -> Duration {
  let start = ContinuousClock.now
  while true {
    if try await condition() { return ContinuousClock.now - start }
    guard ContinuousClock.now - start < limit else {
      throw WaitedInVain(description: "\(description) did not happen within \(limit)")
    }
    try await Task.sleep(for: .milliseconds(2))
  }
}

/// The error that a call throws; nil if it throws none.
func failure<Value>(_ call: () async throws(RedisError) -> Value) async -> RedisError? {
  do throws(RedisError) {
    _ = try await call()
    return nil
  } catch {
    return error
  }
}

extension RedisArgument {
  /// That many equal bytes.
  static func bytes(count: Int, of byte: UInt8 = 120) -> RedisArgument {
    .bytes(ByteBuffer(repeating: byte, count: count))
  }
}
