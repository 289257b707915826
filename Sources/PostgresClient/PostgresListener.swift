public import Logging
import NIOConcurrencyHelpers
import NIOPosix

/// Receives what `NOTIFY` sends on one channel, over a connection of its own.
///
/// Notifications save time and carry no truth: some are lost with every connection. So whoever listens is told of every
/// new connection too, and then has to look for itself.
public struct PostgresListener: Sendable {
  /// What is told to whoever listens.
  public enum Event: Sendable {
    /// There is a connection that listens from now on.
    case listening(throughPooler: Bool)
    /// Somebody notified.
    case notified(payload: String)
  }

  private let configuration: PostgresConfiguration
  private let channel: String
  private let logger: Logger

  /// A listener on one channel.
  ///
  /// - Parameters:
  ///   - configuration: a direct way to the database; behind a pooler of transactions nothing is received.
  ///   - channel: the name of the channel, which must be an identifier.
  ///   - logger: receives what operators should know.
  public init(_ configuration: PostgresConfiguration, channel: String, logger: Logger) {
    self.configuration = configuration
    self.channel = channel
    self.logger = logger
  }

  /// How long a wait lasts before the end of the task is noticed.
  private static var slice: Duration { .milliseconds(250) }
  /// How often a silent connection is asked whether it is still there.
  private static var pingInterval: Duration { .seconds(3) }
  /// How long a connection or an answer may take.
  private static var patience: Duration { .seconds(2) }
  /// The longest pause between two attempts to connect.
  private static var longestPause: Duration { .seconds(5) }

  /// Listens until the task is cancelled, connecting again whenever the connection breaks.
  ///
  /// - Parameter receive: is called on the listener's own thread.
  public func run(_ receive: @escaping @Sendable (Event) -> Void) async {
    let isEnding = NIOLockedValueBox(false)
    let threads = NIOThreadPool(numberOfThreads: 1)
    threads.start()
    var pause = Self.slice
    while !Task.isCancelled {
      let startedAt = ContinuousClock.now
      do {
        try await withTaskCancellationHandler {
          try await threads.runIfActive { try listen(isEnding, receive) }
        } onCancel: {
          isEnding.withLockedValue { $0 = true }
        }
      } catch {
        // The first failure after a time of quiet is news; that it goes on is not.
        if startedAt.duration(to: .now) > Self.longestPause || pause == Self.slice {
          logger.warning(
            "Notifications of the database are not received; it is polled", metadata: ["error": "\(error)"])
          pause = Self.slice
        }
      }
      do { try await Task.sleep(for: pause * Double.random(in: 0.5...1)) } catch { break }
      pause = min(pause * 2, Self.longestPause)
    }
    do {
      try await threads.shutdownGracefully()
    } catch {
      logger.error("The listener's thread did not end", metadata: ["error": "\(error)"])
    }
  }

  private func listen(_ isEnding: NIOLockedValueBox<Bool>, _ receive: (Event) -> Void) throws {
    let connection = try PostgresConnection(
      configuration, usesPreparedStatements: false, deadline: .now + Self.patience)
    try connection.execute("LISTEN \(channel)")
    let process = try connection.query("SELECT pg_backend_pid()").integer(0, 0)
    receive(.listening(throughPooler: process != connection.statedProcess))
    var lastSign = ContinuousClock.now
    while !isEnding.withLockedValue({ $0 }) {
      if try connection.waitForInput(until: .now + Self.slice) { lastSign = .now }
      for payload in connection.takeNotifications() { receive(.notified(payload: payload)) }
      if lastSign.duration(to: .now) > Self.pingInterval {
        connection.deadline = .now + Self.patience
        try connection.execute("SELECT 1")
        lastSign = .now
      }
    }
  }
}
