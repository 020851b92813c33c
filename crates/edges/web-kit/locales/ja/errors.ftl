# A page that is not there: what, and what to do
status-broken = エラーが発生しました
status-broken-hint = もう一度試しても続く場合は、参照番号をシステム管理者に伝えてください。
status-forbidden = アクセス権がありません
status-forbidden-hint = 現在の役割ではこのページを開けません。マネージャーまたはシステム管理者に権限を依頼してください。
status-not-found = 見つかりません
status-not-found-hint = ページが存在しないか、閲覧権限がありません。アドレスを確認するか、検索してください。
status-conflict = 他のユーザーが更新済み
status-conflict-hint = 戻って再読み込みし、最新の内容を確認してから、もう一度変更してください。
status-refused = この操作はできません
status-refused-hint = 内容を確認して、もう一度試してください。
status-too-many = リクエストが多すぎます
status-too-many-hint = しばらく待ってから、もう一度試してください。
status-unavailable = 現在利用できません
status-unavailable-hint = 起動中または復元中です。1分後にもう一度試してください。
status-offline = 接続されていません
status-offline-hint = ネットワークを確認してください。入力した内容はフォームに残っています。

# Hints for requests that make no sense
hint-check-address = アドレスに存在しないものが指定されています。前のページからやり直してください。
hint-form-expired = フォームの有効期限が切れました。開き直して、もう一度入力してください。
hint-too-large = ファイルが大きすぎます。分割するか、コマンドでインポートしてください。
hint-choose-one = 誰の、または何の数値かを指定してください。

# What is wrong with a field, and what to do
error-required = 必須項目です。入力してください。
error-not-a-number = 数値ではありません。数字で入力し、小数点にはピリオドを使ってください。
error-not-whole = 整数ではありません。小数を除いて入力してください。
error-too-many-decimals = 小数点以下の桁数が多すぎます。{ $count }桁以内で入力してください。
error-too-large = 数値が大きすぎます。確認してください。
error-not-a-date = 日付ではありません。2026-11-21のように入力してください。
error-not-a-choice = 選択肢にありません。一覧から選んでください。
error-not-an-email = メールアドレスの形式ではありません。name@company.comのように入力してください。
error-not-a-currency = 通貨コードではありません。THBのように3文字で入力してください。
error-too-long = { $count }文字を超えています。短くしてください。
error-no-such-record = 該当するデータがないか、使用する権限がありません。別のものを選んでください。
error-not-yours = 自分または自分の部下を選んでください。
error-question-too-large = 一度に答えられる量を超えています。期間を短くするか、粒度を粗くするか、対象者を絞ってください。
error-end-before-start = 終了日が開始日より前です。入れ替えてください。
error-not-yet = その日はまだ来ていません。今日以前の日を選んでください。
error-not-over = この期間はまだ終わっていません。最終日が過ぎてから行ってください。
error-closed-already = この期間は締め済みの期間と重なっています。先にその期間を再開してください。
error-plan-is-old = 確認後に記録が追加されました。もう一度確認してから決めてください。
error-duplicate = 同じものがすでに登録されています。既存のものを開くか、内容を変更してください。

scorecard-error-file = ファイルを読み取れません: { $what }
scorecard-error-no-kpi = KPI { $kpi } はありません。
scorecard-error-twice = { $kpi } が 2 回あります。
scorecard-error-company = { $kpi } は会社の値だけがあり、個人の値はありません。
scorecard-error-kam = 訪問計画の遵守率はキーアカウントマネージャーには使いません。訪問は計画に縛られないためです。
scorecard-error-weight = { $kpi }: 重みは 0 より大きく、小数は 2 桁までです。{ $what } は使えません。
scorecard-error-whole = 重みの合計は { $what }% です。100% にしてください。
scorecard-error-curve-more = { $kpi }: この KPI は大きいほどよいのに、採点曲線 { $what } は小さい値を評価します。
scorecard-error-curve-less = { $kpi }: この KPI は小さいほどよいのに、採点曲線 { $what } は大きい値を評価します。
scorecard-error-target = { $kpi }: 目標は 0 より大きい数です。{ $what } は使えません。
scorecard-error-name = 英語の名前のないグループがあります。
scorecard-error-empty = KPI がありません。
scorecard-error-empty-group = グループ { $what } に KPI がありません。KPI を追加するか、名前を空にしてください。
scorecard-error-shape = { $what } は採点曲線ではありません。linear、step、band で始めるか、linear、inverse、milestone、binary のいずれか 1 語を書いてください。
scorecard-error-point = 採点曲線の { $what } は点ではありません。80%:60、または KPI の値として 72:60 のように書いてください。
scorecard-error-few = { $what }: 曲線には 2 点以上、段階には 1 点以上が必要です。
scorecard-error-mixed = { $what }: すべての点に「%」を付けて目標比にするか、どの点にも付けないでください。
scorecard-error-order = { $what }: 点は一方向に並べ、スコアも同じ方向に変えてください。
error-not-explained = この数値は行の合計ではないため、行では説明できません。隣の数値の変化の理由を確認してください。
error-scorecard-broken = 自社のスコアカードを読み取れない役割があります。スコアカードのページで修正してください。
scorecard-error-absolute = { $kpi }: 期間とともに増える値なので、採点曲線の点は 80%:60 のように目標比で書きます。
