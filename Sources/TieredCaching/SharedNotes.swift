/// Small texts that all workers share and that may be lost at any time, such as what went wrong lately.
public protocol SharedNotes: Sendable {
  /// The texts of these names that there are.
  func notes(_ names: [String]) async throws -> [String: String]

  /// Keeps a text for some time or, with nil, forgets it.
  ///
  /// - Parameters:
  ///   - name: what it is asked for by.
  ///   - text: what to keep; nil to forget it.
  ///   - duration: after which it is forgotten.
  func setNote(_ name: String, _ text: String?, for duration: Duration) async throws
}
