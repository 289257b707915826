public import Catalog
import Foundation
public import Logging
import NIOConcurrencyHelpers
public import TieredCaching

/// What is wrong with a provider, and until when it is left alone.
public struct ErrorState: Sendable, Hashable, Codable {
  /// How many syncs have failed in a row.
  public let failures: Int
  /// What went wrong, in a word for programs.
  public let kind: String
  /// What went wrong, for people.
  public let message: String
  /// When the first of the failures was, in seconds since 1970.
  public let since: Int
  /// When the last one was, in seconds since 1970.
  public let at: Int
  /// Until when the provider is not asked, in seconds since 1970.
  public let retryAt: Int

  /// How long a provider is left alone after so many failures in a row, in seconds.
  public static func backoff(failures: Int) -> Int {
    let steps = [300, 900, 1_800, 3_600]
    return steps[min(max(failures, 1), steps.count) - 1]
  }
}

/// The error-state cache: which providers have failed lately, known to all workers. A success or an operator clears it.
///
/// Without the shared tier each worker remembers what it has seen itself.
public final class ErrorStates: Sendable {
  private let notes: (any SharedNotes)?
  private let logger: Logger
  private let own = NIOLockedValueBox<[ProviderSlug: ErrorState]>([:])

  /// How long a state is remembered that nothing clears, in seconds.
  private static let memory = 86_400

  /// An error-state cache.
  ///
  /// - Parameter notes: what all workers share; nil for this process alone.
  public init(notes: (any SharedNotes)?, logger: Logger) {
    self.notes = notes
    self.logger = logger
  }

  /// The states of those of the providers that have one.
  public func states(of providers: [ProviderSlug]) async -> [ProviderSlug: ErrorState] {
    let own = own.withLockedValue { own in own.filter { providers.contains($0.key) } }
    guard let notes else { return own }
    do {
      let texts = try await notes.notes(providers.map(Self.name))
      var states: [ProviderSlug: ErrorState] = [:]
      for provider in providers { states[provider] = texts[Self.name(provider)].flatMap { decode($0, provider) } }
      return states
    } catch {
      logger.warning("Error states cannot be shared", metadata: ["reason": "\(error)"])
      return own
    }
  }

  /// Remembers that a sync has failed.
  ///
  /// - Parameter now: in seconds since 1970.
  /// - Returns: the state from now on.
  @discardableResult
  public func failed(_ provider: ProviderSlug, _ error: FetchError, now: Int) async -> ErrorState {
    let before = await states(of: [provider])[provider]
    let failures = (before?.failures ?? 0) + 1
    let state = ErrorState(
      failures: failures, kind: error.kind, message: error.description, since: before?.since ?? now, at: now,
      retryAt: now + max(ErrorState.backoff(failures: failures), error.secondsToWait ?? 0))
    do {
      try await set(state, of: provider)
    } catch {
      logger.warning(
        "An error state cannot be shared", metadata: ["provider": "\(provider)", "reason": "\(error)"])
    }
    return state
  }

  /// Forgets what was wrong with a provider.
  ///
  /// - Throws: ``ErrorStateNotCleared`` when only this worker has forgotten it.
  public func clear(_ provider: ProviderSlug) async throws(ErrorStateNotCleared) {
    do {
      try await set(nil, of: provider)
    } catch {
      throw ErrorStateNotCleared(provider: provider, reason: "\(error)")
    }
  }

  private func set(_ state: ErrorState?, of provider: ProviderSlug) async throws {
    own.withLockedValue { $0[provider] = state }
    let text = try state.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
    try await notes?.setNote(Self.name(provider), text, for: .seconds(Self.memory))
  }

  /// The state that a note says. One that cannot be read says nothing, and is replaced at the next failure.
  private func decode(_ text: String, _ provider: ProviderSlug) -> ErrorState? {
    do {
      return try JSONDecoder().decode(ErrorState.self, from: Data(text.utf8))
    } catch {
      logger.warning("An error state cannot be read", metadata: ["provider": "\(provider)"])
      return nil
    }
  }

  private static func name(_ provider: ProviderSlug) -> String { "errors:\(provider)" }
}

/// What was wrong with a provider could not be forgotten for all workers.
public struct ErrorStateNotCleared: Error, CustomStringConvertible {
  let provider: ProviderSlug
  let reason: String

  /// What is wrong and what to do, for a person.
  public var description: String {
    "other workers still leave \(provider) alone; clear it again when Redis answers: \(reason)"
  }
}
