import CLibpq

extension PostgresConnection {
  /// Undoes the transaction. When that fails the connection is not idle, and is not used again.
  func rollBack() {
    do { try execute("ROLLBACK") } catch { deadline = .now }
  }

  /// Ends the transaction.
  ///
  /// - Throws: ``PostgresError``, of the kind `commitUnknown` when the connection broke before the answer to a commit.
  func end(_ mode: PostgresClient.Mode, isUndone: Bool) throws(PostgresError) {
    guard !isUndone else { return try execute("ROLLBACK") }
    do {
      try execute("COMMIT")
    } catch  where mode != .snapshot && (error.kind == .lost || error.kind == .timedOut) {
      throw PostgresError(
        .commitUnknown,
        "the connection broke while the change was being committed, so it may or may not have been made; "
          + "look, and repeat it if it was not (\(error.message))")
    }
  }
}
