# What waits for somebody, and reminders by mail
inbox = 対応待ち
inbox-sub = すべての業務から、対応を待っているものを集めています。
inbox-empty = 対応待ちのものはありません
inbox-empty-hint = 評価シート、研修、計画など、依頼されたものがここに届きます。
inbox-overdue = 期限超過
inbox-week = 7日以内に期限
inbox-later = それ以降、または期限なし
inbox-about = 対象
inbox-what = すること
inbox-due = 期限 { $date }
inbox-open = 対応待ちを開く
waits-part-own = 自己評価
waits-part-manager = 上長としての評価
waits-part-peer = 同僚についての意見
waits-part-report = 上長についての意見
waits-nomination = 同僚の指名の承認
waits-results = 評価結果の確認
waits-job-description = 職務記述書の確認
waits-goal = 育成目標
waits-course = 研修
waits-plan = 販売計画の承認
waits-plan-returned = 差し戻された販売計画
waits-feedback = 依頼されたフィードバック
waits-action = 合意したアクション
waits-interview = 候補者の採点表
inbox-mail = メールでの通知
inbox-mail-none = メールが設定されていないため、通知はこのページだけです。
inbox-mail-on = 新しい依頼が届いたとき、期限の3日前、当日、期限を過ぎてからは毎週、メールで届きます。1営業日に1通までです。
inbox-mail-off = メールでの通知は届きません。
inbox-mail-today = 最後のメールは今日送信しました。
inbox-mail-last = 最後のメールは{ $date }に送信しました。
inbox-mail-never = まだ送信していません。
inbox-mail-stop = 通知を止める
inbox-mail-start = 通知を受け取る
inbox-mail-title = { $count }件が対応を待っています
inbox-mail-foot = 対応待ちがある間、営業日にClinchから送信します。対応待ちのページで止められます。
inbox-remind = 全員に催促
inbox-reminded =
    { $count ->
        [0] ほかに記入待ちの人はいません
       *[other] { $count }人に催促します
    }
inbox-reminded-hint = 1、2分以内にメールを送信します。
inbox-reminded-today = 今日はすでに催促しました
inbox-reminded-today-hint = 1日1回で十分です。次は明日送信できます。
# Links by mail
send-link = リンクを送信
link-mailed = { $email }にリンクを送信しました。
link-not-mailed = リンクをメールで送信できませんでした。
mail-invitation = パスワードを設定するとサインインできます。リンクは{ $days }日以内に一度だけ使えます。
mail-reset-title = { $company }の新しいパスワード
mail-reset = このアドレスの新しいパスワードを設定するリンクが請求されました。30分以内に一度だけ使えます。使わなければ何も変わりません。
mail-link-foot = リンクを持つ人は誰でもサインインできるため、転送しないでください。
